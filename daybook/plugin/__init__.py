"""The tools' logic, one module a tool: Dify's parameters and credentials in, `ToolResult` out."""
