"""The pages of professionals: one door a page, no rule and no transaction here."""
