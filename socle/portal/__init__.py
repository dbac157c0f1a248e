"""Pages for people: professionals, patients, administrators, the public; and the components they are made of."""
