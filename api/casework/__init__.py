"""From a referral to the end of a placement: what may happen next, and who may do it."""
