"""What every wing uses: errors, parameters, parallel work, atomic files, provenance."""
