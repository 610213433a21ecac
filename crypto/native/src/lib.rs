//! Arrays of ristretto255 scalars and points for Python.
//!
//! The native back end of `crypto/group.py`; `crypto/sodium.py` is the same interface over libsodium. The
//! arithmetic is curve25519-dalek's. This crate adds the arrays: whole vectors cross the border at once,
//! heavy work runs on all processors with Python's lock released, light work stays where it is.
//!
//! Everything is constant time in scalars and points, except lengths, indices, matrices, decoding, and what
//! has `vartime` in its name. Scalars are wiped when dropped.

mod input;
mod matrix;
mod parallel;
mod points;
mod products;
mod scalars;

#[pyo3::pymodule(name = "_native")]
mod native {
    #[pymodule_export]
    use crate::matrix::Matrix;
    #[pymodule_export]
    use crate::points::Points;
    #[pymodule_export]
    use crate::scalars::Scalars;
}
