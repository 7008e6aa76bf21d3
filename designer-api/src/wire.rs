//! What answers look like; the only serialised types of the edge beside request bodies.
