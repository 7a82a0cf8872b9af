"""How fast a batch is evaluated, against the script that an analyst would write and against bare libraries."""
