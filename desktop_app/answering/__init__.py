"""Question -> passages -> prompt -> model -> checked, cited answer."""
