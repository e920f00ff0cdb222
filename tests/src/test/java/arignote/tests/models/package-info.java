/// Whole models: what the optimiser makes of them, and that it computes what was written.
package arignote.tests.models;
