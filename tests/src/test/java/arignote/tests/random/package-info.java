/// Random graphs: what they are, and that passes and backends compute the same.
package arignote.tests.random;
