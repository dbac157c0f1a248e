"""The space of administrators: identities in doubt, urgent accesses, supervision. No page here leads to a clinical one."""
