@NullMarked
package io.vpccni.ipamd.pool.truth;

import org.jspecify.annotations.NullMarked;
