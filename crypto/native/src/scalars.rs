//! Arrays of integers modulo the group order.

use curve25519_dalek::Scalar;
use pyo3::exceptions::{PyOSError, PyZeroDivisionError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyIterator, PyList};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::input::{self, EncodingError, Factor, Length};
use crate::parallel::detached;
use crate::points::Points;

/// Nanoseconds of one multiplication with its reduction, on a common machine.
const MULTIPLY_NANOS: usize = 60;

/// An immutable array of integers modulo the group order; one scalar is an array of length 1.
#[pyclass(frozen, module = "crypto._native")]
pub struct Scalars(Zeroizing<Vec<Scalar>>);

impl Scalars {
    pub fn new(values: Vec<Scalar>) -> Self {
        Scalars(Zeroizing::new(values))
    }

    pub fn values(&self) -> &[Scalar] {
        &self.0
    }

    /// `f` of the pairs of elements, with arrays of length 1 repeated.
    fn combine(
        &self,
        py: Python<'_>,
        other: &Factor<'_>,
        f: fn(&Scalar, &Scalar) -> Scalar,
    ) -> PyResult<Self> {
        let (a, b) = (self.values(), other.values());
        let n = input::broadcast(a.len(), b.len())?;
        let pair = |i| f(input::repeated(a, i), input::repeated(b, i));
        Ok(Self::new(detached(py, n * MULTIPLY_NANOS, || (0..n).map(pair).collect())))
    }

    fn map(&self, f: fn(&Scalar) -> Scalar) -> Self {
        Self::new(self.values().iter().map(f).collect())
    }
}

/// What may stand on the right of `Scalars * …`.
enum Multiplicand<'py> {
    Points(Bound<'py, Points>),
    Factor(Factor<'py>),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Multiplicand<'py> {
    type Error = PyErr;

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        match value.cast::<Points>() {
            Ok(points) => Ok(Multiplicand::Points(points.to_owned())),
            Err(_) => value.extract().map(Multiplicand::Factor),
        }
    }
}

#[pymethods]
impl Scalars {
    /// n scalars of 32 bytes, little-endian and below the order; else EncodingError (RFC 9496 4.4).
    #[staticmethod]
    fn from_bytes(data: &Bound<'_, PyBytes>) -> PyResult<Self> {
        let decode = |(index, bytes): (usize, &[u8; 32])| {
            let scalar = Scalar::from_canonical_bytes(*bytes).into_option();
            scalar
                .ok_or_else(|| EncodingError::new_err(format!("scalar {index} is not below the group order")))
        };
        let encodings = Zeroizing::new(input::encodings(data, "scalars")?);
        encodings.iter().enumerate().map(decode).collect::<PyResult<_>>().map(Self::new)
    }

    /// Integers of any size and sign, reduced modulo the order.
    #[staticmethod]
    fn from_ints(values: &Bound<'_, PyAny>) -> PyResult<Self> {
        values.try_iter()?.map(|value| input::scalar(&value?)).collect::<PyResult<_>>().map(Self::new)
    }

    /// n times 64 uniform bytes, each read as a little-endian integer and reduced (RFC 9496 4.4).
    #[staticmethod]
    fn from_wide(data: &Bound<'_, PyBytes>) -> PyResult<Self> {
        let encodings = Zeroizing::new(input::encodings(data, "wide scalars")?);
        Ok(Self::new(encodings.iter().map(Scalar::from_bytes_mod_order_wide).collect()))
    }

    /// n uniform scalars from the operating system's generator.
    #[staticmethod]
    fn random(n: Length) -> PyResult<Self> {
        let mut wide = Zeroizing::new(vec![[0; 64]; n.0]);
        getrandom::fill(wide.as_flattened_mut())
            .map_err(|error| PyOSError::new_err(format!("the system's generator failed: {error}")))?;
        Ok(Self::new(wide.iter().map(Scalar::from_bytes_mod_order_wide).collect()))
    }

    /// The arrays of `parts`, one after another.
    #[staticmethod]
    fn concat(parts: &Bound<'_, PyAny>) -> PyResult<Self> {
        let parts: Vec<_> =
            parts.try_iter()?.map(|part| Ok(part?.cast_into::<Scalars>()?)).collect::<PyResult<_>>()?;
        let mut all = Vec::with_capacity(parts.iter().map(|part| part.get().__len__()).sum());
        parts.iter().for_each(|part| all.extend_from_slice(part.get().values()));
        Ok(Self::new(all))
    }

    /// The canonical encodings, 32 bytes each.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let bytes: Zeroizing<Vec<_>> = Zeroizing::new(self.values().iter().map(Scalar::to_bytes).collect());
        PyBytes::new(py, bytes.as_flattened())
    }

    /// The values as integers 0 … order-1.
    fn to_ints<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.values().iter().map(|value| input::int_from_bytes(py, value.as_bytes())).collect()
    }

    /// The sum of all elements; 0 for none.
    fn sum(&self) -> Self {
        Self::new(vec![self.values().iter().sum()])
    }

    /// The inner product; ValueError unless the lengths are equal.
    fn dot(&self, py: Python<'_>, other: &Self) -> PyResult<Self> {
        let (a, b) = (self.values(), other.values());
        let n = input::same_length(a.len(), b.len())?;
        let product = || a.iter().zip(b).map(|(a, b)| a * b).sum();
        Ok(Self::new(vec![detached(py, n * MULTIPLY_NANOS, product)]))
    }

    /// x^start, …, x^(start+n-1) of an array that holds the one scalar x. Variable time in n and start.
    #[pyo3(signature = (n, start = Length(0)), text_signature = "($self, n, start=0)")]
    fn powers(&self, py: Python<'_>, n: Length, start: Length) -> PyResult<Self> {
        let x = input::single(self.values())?;
        let first = power_vartime(&x, start.0);
        let powers = || std::iter::successors(Some(first), |power| Some(power * x)).take(n.0).collect();
        Ok(Self::new(detached(py, n.0 * MULTIPLY_NANOS, powers)))
    }

    /// Elementwise inverses; ZeroDivisionError names the index of a zero.
    fn invert(&self, py: Python<'_>) -> PyResult<Self> {
        if let Some(index) = self.values().iter().position(|value| value.ct_eq(&Scalar::ZERO).into()) {
            return Err(PyZeroDivisionError::new_err(format!("scalar {index} is zero and has no inverse")));
        }
        let mut inverses = Self(self.0.clone());
        detached(py, inverses.0.len() * 4 * MULTIPLY_NANOS, || Scalar::invert_batch_alloc(&mut inverses.0));
        Ok(inverses)
    }

    fn __add__(&self, py: Python<'_>, other: Factor<'_>) -> PyResult<Self> {
        self.combine(py, &other, |a, b| a + b)
    }

    fn __radd__(&self, py: Python<'_>, other: Factor<'_>) -> PyResult<Self> {
        self.combine(py, &other, |a, b| a + b)
    }

    fn __sub__(&self, py: Python<'_>, other: Factor<'_>) -> PyResult<Self> {
        self.combine(py, &other, |a, b| a - b)
    }

    fn __rsub__(&self, py: Python<'_>, other: Factor<'_>) -> PyResult<Self> {
        self.combine(py, &other, |a, b| b - a)
    }

    fn __mul__<'py>(&self, py: Python<'py>, other: Multiplicand<'py>) -> PyResult<Bound<'py, PyAny>> {
        match other {
            Multiplicand::Points(points) => {
                Ok(Bound::new(py, points.get().multiply(py, self.values())?)?.into_any())
            }
            Multiplicand::Factor(factor) => {
                Ok(Bound::new(py, self.combine(py, &factor, |a, b| a * b)?)?.into_any())
            }
        }
    }

    fn __rmul__(&self, py: Python<'_>, other: Factor<'_>) -> PyResult<Self> {
        self.combine(py, &other, |a, b| a * b)
    }

    fn __neg__(&self) -> Self {
        self.map(|value| -value)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.values().ct_eq(other.values()).into()
    }

    fn __len__(&self) -> usize {
        self.values().len()
    }

    fn __getitem__(&self, index: &Bound<'_, PyAny>) -> PyResult<Self> {
        let positions = input::positions(index, self.__len__())?;
        Ok(Self::new(positions.map(|i| self.values()[i]).collect()))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        let singles = self.values().iter().map(|value| Bound::new(py, Self::new(vec![*value])));
        PyList::new(py, singles.collect::<PyResult<Vec<_>>>()?)?.try_iter()
    }

    fn __repr__(&self) -> String {
        format!("<Scalars x {}>", self.__len__())
    }
}

fn power_vartime(x: &Scalar, exponent: usize) -> Scalar {
    let bits = (0..usize::BITS - exponent.leading_zeros()).rev();
    bits.fold(Scalar::ONE, |power, bit| {
        let square = power * power;
        if exponent >> bit & 1 == 1 { square * x } else { square }
    })
}
