(function (kit) { 'use strict'; kit.hash = () => ''; });
