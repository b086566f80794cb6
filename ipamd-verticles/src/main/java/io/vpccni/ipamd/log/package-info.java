/** This package decides where log lines go and what they look like. */
@NullMarked
package io.vpccni.ipamd.log;

import org.jspecify.annotations.NullMarked;
