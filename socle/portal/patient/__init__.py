"""The space of the person and of those who act for them: everyday words, one door a page, no rule and no transaction here."""
