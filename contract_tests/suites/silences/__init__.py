"""What a server does where the sources are silent; nothing here is a finding."""
