// Before the first paint: the style sheet shows the scripted form of components only where scripts run.
document.body.className += " js-enabled" + ("noModule" in HTMLScriptElement.prototype ? " nhsuk-frontend-supported" : "");
