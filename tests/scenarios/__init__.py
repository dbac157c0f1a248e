"""The seven situations, over the wire only: what people do and see. A nurse can follow them."""
