"""What a technology is worth: transparent worksheets, two independent opinions, reference prices."""
