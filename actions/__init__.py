"""What a step asks of a person, or a job does for a payout. One file each."""
