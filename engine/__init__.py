"""What happened and what may happen next: definitions, moves, rows, transactions, jobs."""
