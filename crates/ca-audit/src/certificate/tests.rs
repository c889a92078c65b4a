//! Tests of whole certificates, all made at test time.

mod broken;
mod build;
mod ca_status;
mod identity;
mod names;
mod robustness;
mod signatures;
