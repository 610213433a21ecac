//! What Python hands over, and which arrays fit together.

use curve25519_dalek::Scalar;
use pyo3::exceptions::{PyIndexError, PyOverflowError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyInt, PySlice};
use subtle::{Choice, ConditionallySelectable};

use crate::scalars::Scalars;

pyo3::import_exception!(crypto.errors, EncodingError);

/// An argument that is an array of scalars, or an integer standing for an array of one.
pub enum Factor<'py> {
    Array(Bound<'py, Scalars>),
    Single(Scalars),
}

impl Factor<'_> {
    pub fn values(&self) -> &[Scalar] {
        match self {
            Factor::Array(scalars) => scalars.get().values(),
            Factor::Single(scalars) => scalars.values(),
        }
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Factor<'py> {
    type Error = PyErr;

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        match value.cast::<Scalars>() {
            Ok(scalars) => Ok(Factor::Array(scalars.to_owned())),
            Err(_) => Ok(Factor::Single(Scalars::new(vec![scalar(&value)?]))),
        }
    }
}

/// An integer of any size and sign, reduced modulo the order; constant time if it fits into 64 bits.
pub fn scalar(value: &Bound<'_, PyAny>) -> PyResult<Scalar> {
    let Ok(integer) = value.cast::<PyInt>() else {
        return Err(PyTypeError::new_err(format!("expected int, got {}", value.get_type().name()?)));
    };
    match integer.extract::<i64>() {
        Ok(small) => Ok(scalar_from_i64(small)),
        Err(_) => scalar_from_large(integer),
    }
}

/// An integer as a scalar, constant time.
pub fn scalar_from_i64(value: i64) -> Scalar {
    let size = Scalar::from(value.unsigned_abs());
    Scalar::conditional_select(&size, &-size, Choice::from((value < 0) as u8))
}

fn scalar_from_large(value: &Bound<'_, PyInt>) -> PyResult<Scalar> {
    static ORDER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = value.py();
    let order = ORDER.get_or_try_init(py, || {
        let largest = int_from_bytes(py, &(-Scalar::ONE).to_bytes())?;
        largest.add(1).map(Bound::unbind)
    })?;
    let bytes = value.rem(order)?.call_method1(intern!(py, "to_bytes"), (32, intern!(py, "little")))?;
    Ok(Scalar::from_bytes_mod_order(bytes.extract()?))
}

/// The integer of 32 little-endian bytes.
pub fn int_from_bytes<'py>(py: Python<'py>, bytes: &[u8; 32]) -> PyResult<Bound<'py, PyAny>> {
    let bytes = PyBytes::new(py, bytes);
    py.get_type::<PyInt>().call_method1(intern!(py, "from_bytes"), (bytes, intern!(py, "little")))
}

/// A number of elements, so bounded that a slip of the caller ends in an error and not out of memory.
#[derive(Clone, Copy)]
pub struct Length(pub usize);

impl<'a, 'py> FromPyObject<'a, 'py> for Length {
    type Error = PyErr;

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let refusal = || PyValueError::new_err("a length must be at least 0 and below 2^24");
        let length = value.extract::<i64>().map_err(|error| refuse_overflow(value.py(), error, refusal()))?;
        if (0..1 << 24).contains(&length) { Ok(Length(length as usize)) } else { Err(refusal()) }
    }
}

/// The error of a conversion, or `refusal` if it was an integer that is too large for it.
fn refuse_overflow(py: Python<'_>, error: PyErr, refusal: PyErr) -> PyErr {
    if error.is_instance_of::<PyOverflowError>(py) { refusal } else { error }
}

/// Cuts encodings of N bytes apart; `what` names them in the error.
pub fn encodings<const N: usize>(data: &Bound<'_, PyBytes>, what: &str) -> PyResult<Vec<[u8; N]>> {
    let whole = data.as_bytes().chunks_exact(N);
    if !whole.remainder().is_empty() {
        let found = data.as_bytes().len();
        return Err(EncodingError::new_err(format!("{what}: {found} bytes are no multiple of {N}")));
    }
    Ok(whole.map(|encoding| encoding.try_into().expect("chunks_exact gives N bytes")).collect())
}

/// The positions that an index or a slice selects in an array of length `len`.
pub fn positions(index: &Bound<'_, PyAny>, len: usize) -> PyResult<impl Iterator<Item = usize> + use<>> {
    let (start, step, count) = match index.cast::<PySlice>() {
        Ok(slice) => {
            let found = slice.indices(len as isize)?;
            (found.start, found.step, found.slicelength)
        }
        Err(_) => (position(index, len)?, 1, 1),
    };
    Ok((0..count as isize).map(move |k| (start + k * step) as usize))
}

fn position(index: &Bound<'_, PyAny>, len: usize) -> PyResult<isize> {
    let refusal = || PyIndexError::new_err(format!("index {index} in an array of length {len}"));
    let found = index.extract::<isize>().map_err(|error| refuse_overflow(index.py(), error, refusal()))?;
    let position = if found < 0 { found + len as isize } else { found };
    if (0..len as isize).contains(&position) { Ok(position) } else { Err(refusal()) }
}

/// The length of the result when each array of length 1 is repeated to the length of the other.
pub fn broadcast(a: usize, b: usize) -> PyResult<usize> {
    match (a, b) {
        (1, n) | (n, 1) => Ok(n),
        _ => same_length(a, b),
    }
}

/// Element `i` of an array that is repeated if it has length 1.
pub fn repeated<T>(values: &[T], i: usize) -> &T {
    if values.len() == 1 { &values[0] } else { &values[i] }
}

/// The common length of two arrays.
pub fn same_length(a: usize, b: usize) -> PyResult<usize> {
    if a == b { Ok(a) } else { Err(mismatch(a, b)) }
}

/// The values, if there are exactly `n`.
pub fn exactly(values: &[Scalar], n: usize) -> PyResult<&[Scalar]> {
    let found = values.len();
    if found == n {
        Ok(values)
    } else {
        Err(PyValueError::new_err(format!("expected {n} scalars, got {found}")))
    }
}

/// The one element of an array of length 1.
pub fn single<T: Copy>(values: &[T]) -> PyResult<T> {
    match values {
        [value] => Ok(*value),
        _ => {
            let found = values.len();
            Err(PyValueError::new_err(format!("expected an array of length 1, got length {found}")))
        }
    }
}

fn mismatch(a: usize, b: usize) -> PyErr {
    PyValueError::new_err(format!("arrays of lengths {a} and {b} do not fit together"))
}
