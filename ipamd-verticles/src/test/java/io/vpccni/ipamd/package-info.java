@NullMarked
package io.vpccni.ipamd;

import org.jspecify.annotations.NullMarked;
