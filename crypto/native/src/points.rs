//! Arrays of elements of the ristretto255 group.

use std::sync::OnceLock;

use curve25519_dalek::constants::RISTRETTO_BASEPOINT_POINT;
use curve25519_dalek::ristretto::CompressedRistretto;
use curve25519_dalek::traits::{Identity, IsIdentity};
use curve25519_dalek::{RistrettoPoint, Scalar};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyIterator, PyList};
use subtle::{Choice, ConstantTimeEq};

use crate::input::{self, EncodingError, Factor, Length};
use crate::parallel::{Work, detached, map, pieces};
use crate::products::{self, BASE_TABLES, Multiply, Tables};
use crate::scalars::Scalars;

const DECODE: Work = Work::each(4_000);
const ENCODE: Work = Work::each(4_000);
const ENCODE_DOUBLES: Work = Work { nanos: 800, piece: 1024 };
const FROM_UNIFORM: Work = Work::each(9_000);
const ADD: Work = Work::each(150);

type Encoding = [u8; 32];

/// An immutable array of elements of the ristretto255 group; one point is an array of length 1.
#[pyclass(frozen, module = "crypto._native")]
pub struct Points {
    values: Vec<RistrettoPoint>,
    /// Encoding costs as much as decoding, and most points are decoded to be hashed into a transcript.
    encodings: OnceLock<Vec<Encoding>>,
    tables: Option<Tables>,
}

impl Points {
    fn new(values: Vec<RistrettoPoint>) -> Self {
        Points { values, encodings: OnceLock::new(), tables: None }
    }

    fn with_encodings(values: Vec<RistrettoPoint>, encodings: Vec<Encoding>) -> Self {
        Points { values, encodings: OnceLock::from(encodings), tables: None }
    }

    fn encodings(&self, py: Python<'_>) -> &[Encoding] {
        if let Some(known) = self.encodings.get() {
            return known;
        }
        // Not inside get_or_init: work that lets go of Python's lock must not run under another one.
        let found = map(py, self.values.len(), &ENCODE, |i| self.values[i].compress().to_bytes());
        self.encodings.get_or_init(|| found)
    }

    /// Elementwise products, constant time.
    pub fn multiply(&self, py: Python<'_>, scalars: &[Scalar]) -> PyResult<Self> {
        self.multiply_by(py, scalars, products::multiply)
    }

    /// Elementwise products by tables where there are any or they pay, else by `multiplication`.
    fn multiply_by(&self, py: Python<'_>, scalars: &[Scalar], multiplication: Multiply) -> PyResult<Self> {
        let n = input::broadcast(scalars.len(), self.values.len())?;
        Ok(Self::new(match self.tables(py, n) {
            Some(tables) => products::multiply_by_tables(py, n, scalars, &tables),
            None => multiplication(py, n, scalars, &self.values),
        }))
    }

    fn tables(&self, py: Python<'_>, n: usize) -> Option<Tables> {
        if self.tables.is_some() {
            self.tables.clone()
        } else if self.values == [RISTRETTO_BASEPOINT_POINT] {
            Some(BASE_TABLES.clone())
        } else if products::deserves_table(&self.values, n) {
            Some(products::tables(py, &self.values))
        } else {
            None
        }
    }

    fn combine<F>(&self, py: Python<'_>, other: &Self, f: F) -> PyResult<Self>
    where
        F: Fn(&RistrettoPoint, &RistrettoPoint) -> RistrettoPoint + Send + Sync,
    {
        let (a, b) = (&self.values, &other.values);
        let n = input::broadcast(a.len(), b.len())?;
        Ok(Self::new(map(py, n, &ADD, |i| f(input::repeated(a, i), input::repeated(b, i)))))
    }
}

fn decode(encoding: &Encoding, identity: bool) -> Result<RistrettoPoint, &'static str> {
    match CompressedRistretto(*encoding).decompress() {
        None => Err("is not a canonical ristretto255 encoding"),
        Some(point) if point.is_identity() && !identity => Err("is the identity"),
        Some(point) => Ok(point),
    }
}

#[pymethods]
impl Points {
    /// n points of 32 bytes, strictly decoded (RFC 9496 4.3.1); EncodingError names the first bad one.
    ///
    /// The identity is refused unless `identity` allows it.
    #[staticmethod]
    #[pyo3(signature = (data, *, identity = false))]
    fn from_bytes(py: Python<'_>, data: &Bound<'_, PyBytes>, identity: bool) -> PyResult<Self> {
        let encodings = input::encodings(data, "points")?;
        let decoded = map(py, encodings.len(), &DECODE, |i| decode(&encodings[i], identity));
        let name = |(index, point): (usize, Result<_, &str>)| {
            point.map_err(|reason| EncodingError::new_err(format!("point {index} {reason}")))
        };
        let values = decoded.into_iter().enumerate().map(name).collect::<PyResult<_>>()?;
        Ok(Self::with_encodings(values, encodings))
    }

    /// n times 64 uniform bytes, each mapped to a point nobody knows a logarithm of (RFC 9496 4.3.4).
    #[staticmethod]
    fn from_uniform(py: Python<'_>, data: &Bound<'_, PyBytes>) -> PyResult<Self> {
        let uniform = input::encodings(data, "uniform points")?;
        let point = |i: usize| RistrettoPoint::from_uniform_bytes(&uniform[i]);
        Ok(Self::new(map(py, uniform.len(), &FROM_UNIFORM, point)))
    }

    /// n times the identity.
    #[staticmethod]
    fn identity(n: Length) -> PyResult<Self> {
        Ok(Self::new(vec![RistrettoPoint::identity(); n.0]))
    }

    /// The base point G of RFC 9496, as an array of length 1.
    #[staticmethod]
    fn base() -> Self {
        Points { tables: Some(BASE_TABLES.clone()), ..Self::new(vec![RISTRETTO_BASEPOINT_POINT]) }
    }

    /// The arrays of `parts`, one after another.
    #[staticmethod]
    fn concat(parts: &Bound<'_, PyAny>) -> PyResult<Self> {
        let parts: Vec<_> =
            parts.try_iter()?.map(|part| Ok(part?.cast_into::<Points>()?)).collect::<PyResult<_>>()?;
        let values = parts.iter().flat_map(|part| &part.get().values).copied().collect();
        let encodings: Option<Vec<_>> = parts.iter().map(|part| part.get().encodings.get()).collect();
        Ok(match encodings {
            Some(encodings) => {
                Self::with_encodings(values, encodings.into_iter().flatten().copied().collect())
            }
            None => Self::new(values),
        })
    }

    /// start + i*step for i = 0 … n-1.
    #[staticmethod]
    fn progression(py: Python<'_>, start: &Self, step: &Self, n: Length) -> PyResult<Self> {
        let (start, step) = (input::single(&start.values)?, input::single(&step.values)?);
        let parts = pieces(py, n.0, &ADD, |range| {
            let first =
                if range.start == 0 { start } else { start + step * Scalar::from(range.start as u64) };
            let points = std::iter::successors(Some(first), |point| Some(point + step));
            points.take(range.len()).collect::<Vec<_>>()
        });
        Ok(Self::new(parts.concat()))
    }

    /// The canonical encodings, 32 bytes each.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.encodings(py).as_flattened())
    }

    /// The canonical encodings of 2*P_i, by the batch far cheaper than those of P_i.
    fn encode_doubles<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let parts = pieces(py, self.values.len(), &ENCODE_DOUBLES, |range| {
            let doubles = RistrettoPoint::double_and_compress_batch(&self.values[range]);
            doubles.iter().map(CompressedRistretto::to_bytes).collect::<Vec<_>>()
        });
        PyBytes::new(py, parts.concat().as_flattened())
    }

    /// Which elements are the identity.
    fn is_identity(&self) -> Vec<bool> {
        self.values.iter().map(IsIdentity::is_identity).collect()
    }

    /// The same points with a table each (30 kB), for being multiplied often, in constant time too.
    fn precompute(&self, py: Python<'_>) -> Self {
        let tables = self.tables.clone().unwrap_or_else(|| products::tables(py, &self.values));
        Points { values: self.values.clone(), encodings: self.encodings.clone(), tables: Some(tables) }
    }

    /// Elementwise multiplication, allowed to take variable time: public scalars only.
    fn mul_vartime(&self, py: Python<'_>, scalars: Factor<'_>) -> PyResult<Self> {
        self.multiply_by(py, scalars.values(), products::multiply_vartime)
    }

    /// The sum of all elements; the identity for none.
    fn sum(&self, py: Python<'_>) -> Self {
        let sums =
            pieces(py, self.values.len(), &ADD, |range| self.values[range].iter().sum::<RistrettoPoint>());
        Self::new(vec![sums.iter().sum()])
    }

    /// The sum of s_i*P_i, constant time in the scalars; ValueError unless the lengths are equal.
    fn dot(&self, py: Python<'_>, scalars: &Scalars) -> PyResult<Self> {
        input::same_length(scalars.values().len(), self.values.len())?;
        Ok(Self::new(vec![products::dot(py, scalars.values(), &self.values)]))
    }

    /// The sum of s_i*P_i, allowed to take variable time: public scalars only.
    fn msm_vartime(&self, py: Python<'_>, scalars: &Scalars) -> PyResult<Self> {
        input::same_length(scalars.values().len(), self.values.len())?;
        Ok(Self::new(vec![products::msm_vartime(py, scalars.values(), &self.values)]))
    }

    fn __add__(&self, py: Python<'_>, other: &Self) -> PyResult<Self> {
        self.combine(py, other, |a, b| a + b)
    }

    fn __sub__(&self, py: Python<'_>, other: &Self) -> PyResult<Self> {
        self.combine(py, other, |a, b| a - b)
    }

    fn __neg__(&self) -> Self {
        Self::new(self.values.iter().map(|point| -point).collect())
    }

    fn __mul__(&self, py: Python<'_>, scalars: Factor<'_>) -> PyResult<Self> {
        self.multiply(py, scalars.values())
    }

    fn __rmul__(&self, py: Python<'_>, scalars: Factor<'_>) -> PyResult<Self> {
        self.multiply(py, scalars.values())
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> bool {
        let (a, b) = (&self.values, &other.values);
        let equal = || a.iter().zip(b).fold(Choice::from(1), |all, (a, b)| all & a.ct_eq(b));
        a.len() == b.len() && detached(py, a.len() * 100, equal).into()
    }

    fn __len__(&self) -> usize {
        self.values.len()
    }

    fn __getitem__(&self, index: &Bound<'_, PyAny>) -> PyResult<Self> {
        let positions: Vec<_> = input::positions(index, self.values.len())?.collect();
        let values = positions.iter().map(|&i| self.values[i]).collect();
        Ok(match self.encodings.get() {
            Some(encodings) => {
                Self::with_encodings(values, positions.iter().map(|&i| encodings[i]).collect())
            }
            None => Self::new(values),
        })
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        let single = |i: usize| match self.encodings.get() {
            Some(encodings) => Self::with_encodings(vec![self.values[i]], vec![encodings[i]]),
            None => Self::new(vec![self.values[i]]),
        };
        let singles = (0..self.values.len()).map(|i| Bound::new(py, single(i)));
        PyList::new(py, singles.collect::<PyResult<Vec<_>>>()?)?.try_iter()
    }

    fn __repr__(&self) -> String {
        format!("<Points x {}>", self.values.len())
    }
}
