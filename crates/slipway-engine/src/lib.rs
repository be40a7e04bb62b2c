//! The release driver: asks slipway-release what is next, does it through ports, records what happened.
