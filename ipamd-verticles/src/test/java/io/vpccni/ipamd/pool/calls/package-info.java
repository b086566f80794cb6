@NullMarked
package io.vpccni.ipamd.pool.calls;

import org.jspecify.annotations.NullMarked;
