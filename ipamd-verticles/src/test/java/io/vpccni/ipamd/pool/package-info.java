@NullMarked
package io.vpccni.ipamd.pool;

import org.jspecify.annotations.NullMarked;
