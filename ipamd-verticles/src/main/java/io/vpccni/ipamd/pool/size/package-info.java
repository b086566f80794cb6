/**
 * This package decides how large the pool should be: the arithmetic of the warm targets, asking EC2
 * for more, giving back what is not needed, and whether it helps an ADD to wait.
 */
@NullMarked
package io.vpccni.ipamd.pool.size;

import org.jspecify.annotations.NullMarked;
