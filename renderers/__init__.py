"""From a frozen invoice to bytes. One file each; none knows a database or a network."""
