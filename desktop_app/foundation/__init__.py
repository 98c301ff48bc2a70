"""What every room needs and nothing that needs a room. Light imports only."""
