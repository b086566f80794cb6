@NullMarked
package io.vpccni.ipamd.pool.size;

import org.jspecify.annotations.NullMarked;
