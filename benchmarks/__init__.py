"""Every figure that the README quotes, each beside a limit measured in the same run."""
