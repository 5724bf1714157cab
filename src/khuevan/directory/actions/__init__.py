"""What people do with accounts, personal data, mandates and the register."""
