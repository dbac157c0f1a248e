"""The demo story: invented people, their documents, and a generated population for load. Pure data and builders."""
