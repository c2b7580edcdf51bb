"""What a person looks at, names and exports: report, player, figures, tables."""
