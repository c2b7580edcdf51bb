"""What a person reads, names and exports: report, player, figures, tables."""
