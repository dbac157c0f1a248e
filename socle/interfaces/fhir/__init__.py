"""HL7 FHIR R4 on the wire: one table of routes, lean WSGI handlers, each one door of record, identity or directory."""
