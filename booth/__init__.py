"""The voter's side: choices, cast or challenge, receipts. It meets the other parts only on the log."""
