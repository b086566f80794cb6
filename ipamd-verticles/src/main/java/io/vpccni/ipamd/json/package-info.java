/**
 * This package has JSON as ordered maps and lists, read strictly and written in a fixed form. This
 * package is pure.
 */
@NullMarked
package io.vpccni.ipamd.json;

import org.jspecify.annotations.NullMarked;
