"""What analysts import: a node's answers as data frames, each with its proof."""
