"""What changed in what two contracts declare: submissions, lifecycles, silences."""
