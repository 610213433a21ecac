//! Products of scalars and points: elementwise, fixed base, and sums of products.

use std::sync::{Arc, LazyLock};

use curve25519_dalek::constants::RISTRETTO_BASEPOINT_TABLE;
use curve25519_dalek::ristretto::RistrettoBasepointTable;
use curve25519_dalek::traits::{MultiscalarMul, VartimeMultiscalarMul};
use curve25519_dalek::{RistrettoPoint, Scalar};
use pyo3::Python;

use crate::input::repeated;
use crate::parallel::{Work, map, pieces};

const CREATE_TABLE: Work = Work::each(1_000_000);
const VARIABLE_BASE: Work = Work::each(30_000);
const FIXED_BASE: Work = Work::each(9_000);
/// The doublings are shared within a piece, and its tables should stay in the cache.
const CONSTANT_TIME_SUM: Work = Work { nanos: 9_000, piece: 256 };
/// Pippenger's method shares its buckets within a piece.
const VARTIME_SUM: Work = Work { nanos: 4_000, piece: 8_192 };

/// From this many scalars on, a table for one point costs less than it saves.
const WORTH_A_TABLE: usize = 128;

/// Multiples of points by which a multiplication needs no doublings; one table for each point.
pub type Tables = Arc<[RistrettoBasepointTable]>;

/// Elementwise multiplication of scalars and points to arrays of length `n`.
pub type Multiply = fn(Python<'_>, usize, &[Scalar], &[RistrettoPoint]) -> Vec<RistrettoPoint>;

/// The tables of the base point G alone.
pub static BASE_TABLES: LazyLock<Tables> = LazyLock::new(|| Arc::new([RISTRETTO_BASEPOINT_TABLE.clone()]));

pub fn tables(py: Python<'_>, points: &[RistrettoPoint]) -> Tables {
    map(py, points.len(), &CREATE_TABLE, |i| RistrettoBasepointTable::create(&points[i])).into()
}

/// Whether multiplying `points` by `n` scalars goes better with a table of its own.
pub fn deserves_table(points: &[RistrettoPoint], n: usize) -> bool {
    points.len() == 1 && n >= WORTH_A_TABLE
}

pub fn multiply(
    py: Python<'_>,
    n: usize,
    scalars: &[Scalar],
    points: &[RistrettoPoint],
) -> Vec<RistrettoPoint> {
    map(py, n, &VARIABLE_BASE, |i| repeated(scalars, i) * repeated(points, i))
}

pub fn multiply_by_tables(
    py: Python<'_>,
    n: usize,
    scalars: &[Scalar],
    tables: &Tables,
) -> Vec<RistrettoPoint> {
    map(py, n, &FIXED_BASE, |i| repeated(scalars, i) * repeated(tables, i))
}

pub fn multiply_vartime(
    py: Python<'_>,
    n: usize,
    scalars: &[Scalar],
    points: &[RistrettoPoint],
) -> Vec<RistrettoPoint> {
    map(py, n, &VARIABLE_BASE, |i| {
        RistrettoPoint::vartime_double_scalar_mul_basepoint(
            repeated(scalars, i),
            repeated(points, i),
            &Scalar::ZERO,
        )
    })
}

pub fn dot(py: Python<'_>, scalars: &[Scalar], points: &[RistrettoPoint]) -> RistrettoPoint {
    let sums = pieces(py, points.len(), &CONSTANT_TIME_SUM, |range| {
        RistrettoPoint::multiscalar_mul(&scalars[range.clone()], &points[range])
    });
    sums.iter().sum()
}

pub fn msm_vartime(py: Python<'_>, scalars: &[Scalar], points: &[RistrettoPoint]) -> RistrettoPoint {
    let sums = pieces(py, points.len(), &VARTIME_SUM, |range| {
        RistrettoPoint::vartime_multiscalar_mul(&scalars[range.clone()], &points[range])
    });
    sums.iter().sum()
}
