/**
 * This package reads the environment. Every setting of net-programmer stands in one table, {@link
 * io.vpccni.netprog.settings.Settings}, and nothing else looks at environment variables. This
 * package is pure.
 */
@NullMarked
package io.vpccni.netprog.settings;

import org.jspecify.annotations.NullMarked;
