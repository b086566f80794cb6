@NullMarked
package io.vpccni.ipamd.http;

import org.jspecify.annotations.NullMarked;
