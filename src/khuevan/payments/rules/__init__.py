"""Money without Django: what is owed, kept and owed back; QR codes; references."""
