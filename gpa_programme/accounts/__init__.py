"""People, their roles and what each role may do; sign-in through allauth; nobody signs up, people are invited."""
