//! Public sparse matrices of integers.

use curve25519_dalek::Scalar;
use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::prelude::*;

use crate::input::{self, Length};
use crate::scalars::Scalars;

const MAX_COEFFICIENT: u64 = 1 << 53;

/// A public sparse matrix of integers: each row lists its (column, coefficient) pairs, columns rising.
#[pyclass(frozen, module = "crypto._native")]
pub struct Matrix {
    #[pyo3(get)]
    columns: usize,
    entries: Vec<Vec<(usize, i64)>>,
}

#[pymethods]
impl Matrix {
    /// ValueError unless the columns of each row rise, below `columns`, and 0 < |coefficient| < 2^53.
    #[new]
    fn new(columns: Length, rows: &Bound<'_, PyAny>) -> PyResult<Self> {
        let columns = columns.0;
        let entries = rows.try_iter()?.enumerate().map(|(index, row)| read_row(index, &row?, columns));
        Ok(Matrix { columns, entries: entries.collect::<PyResult<_>>()? })
    }

    #[getter]
    fn rows(&self) -> usize {
        self.entries.len()
    }

    /// The product with a column vector of length `columns`: `rows` scalars.
    fn __matmul__(&self, scalars: &Scalars) -> PyResult<Scalars> {
        let values = input::exactly(scalars.values(), self.columns)?;
        let product = |row: &Vec<_>| row.iter().map(|&(column, c)| times(c, &values[column])).sum();
        Ok(Scalars::new(self.entries.iter().map(product).collect()))
    }

    /// The product of the transposed matrix with a vector of length `rows`: `columns` scalars.
    fn transposed(&self, scalars: &Scalars) -> PyResult<Scalars> {
        let values = input::exactly(scalars.values(), self.entries.len())?;
        let mut sums = vec![Scalar::ZERO; self.columns];
        for (value, row) in values.iter().zip(&self.entries) {
            row.iter().for_each(|&(column, c)| sums[column] += times(c, value));
        }
        Ok(Scalars::new(sums))
    }

    fn __repr__(&self) -> String {
        format!("<Matrix {} x {}>", self.rows(), self.columns)
    }
}

/// The matrix is public, so the usual coefficients 1 and -1 may be quick; the scalar is secret.
fn times(coefficient: i64, value: &Scalar) -> Scalar {
    match coefficient {
        1 => *value,
        -1 => -value,
        _ => input::scalar_from_i64(coefficient) * value,
    }
}

fn read_row(index: usize, row: &Bound<'_, PyAny>, columns: usize) -> PyResult<Vec<(usize, i64)>> {
    let refusal = |reason: &str| PyValueError::new_err(format!("row {index}: {reason}"));
    let mut entries: Vec<(usize, i64)> = Vec::new();
    for entry in row.try_iter()? {
        let (column, coefficient): (Bound<'_, PyAny>, Bound<'_, PyAny>) = entry?.extract()?;
        let size = "a coefficient must be non-zero and below 2^53 in size";
        let coefficient = match small(&coefficient)? {
            Some(c) if c != 0 && c.unsigned_abs() < MAX_COEFFICIENT => c,
            _ => return Err(refusal(size)),
        };
        let column = match small(&column)?.map(usize::try_from) {
            Some(Ok(column)) if column < columns => column,
            _ => return Err(refusal("a column is out of range")),
        };
        if entries.last().is_some_and(|&(last, _)| last >= column) {
            return Err(refusal("columns must rise"));
        }
        entries.push((column, coefficient));
    }
    Ok(entries)
}

/// An integer, or nothing if it does not fit into 64 bits.
fn small(value: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
    match value.extract() {
        Ok(integer) => Ok(Some(integer)),
        Err(error) if error.is_instance_of::<PyOverflowError>(value.py()) => Ok(None),
        Err(error) => Err(error),
    }
}
