@NullMarked
package io.vpccni.ipamd.metrics;

import org.jspecify.annotations.NullMarked;
