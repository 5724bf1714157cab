"""Plain rules of valuation: methods, conclusions, reference prices."""
