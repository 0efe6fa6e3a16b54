"""From the mailbox into the ledger: collect, examine, judge, enter."""
