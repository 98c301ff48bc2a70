; SPDX-License-Identifier: Apache-2.0
; How the set-up program tells people something: a box, or without one (/S) standard error and a log in the temporary folder.

!macro SAYING un
; Stack: handle of a file, text. Back: 1 when it was written, as UTF-8.
Function ${un}WriteUtf8
  Exch $R9
  Exch
  Exch $R8
  Push $R7
  Push $R6
  System::Call 'kernel32::WideCharToMultiByte(i 65001, i 0, w R9, i -1, p 0, i 0, p 0, p 0) i .R7'
  System::Alloc $R7
  Pop $R6
  System::Call 'kernel32::WideCharToMultiByte(i 65001, i 0, w R9, i -1, p R6, i R7, p 0, p 0)'
  IntOp $R7 $R7 - 1 ; without the zero at its end
  System::Call 'kernel32::WriteFile(p R8, p R6, i R7, *i .R9, p 0) i .R9'
  System::Free $R6
  Pop $R6
  Pop $R7
  Pop $R8
  Exch $R9
FunctionEnd

; Stack: text. To the pipe or the console that standard error is, and to the log.
Function ${un}Print
  Exch $R5
  StrCpy $R5 "$R5$\r$\n"
  System::Call 'kernel32::GetStdHandle(i -12) p .R6'
  Push $R6
  Push $R5
  Call ${un}WriteUtf8
  Pop $R6
  ${If} $R6 = 0
    System::Call 'kernel32::AttachConsole(i -1)'
    System::Call 'kernel32::CreateFileW(w "CONOUT$$", i 0xC0000000, i 3, p 0, i 3, i 0, p 0) p .R6'
    StrLen $R7 $R5
    System::Call 'kernel32::WriteConsoleW(p R6, w R5, i R7, *i .R7, p 0)'
    System::Call 'kernel32::CloseHandle(p R6)'
  ${EndIf}
  System::Call 'kernel32::CreateFileW(w "$TEMP\Inkstone-setup.log", i 4, i 3, p 0, i 4, i 0, p 0) p .R6' ; 4: append
  Push $R6
  Push $R5
  Call ${un}WriteUtf8
  Pop $R7
  System::Call 'kernel32::CloseHandle(p R6)'
  Pop $R5
FunctionEnd

; Stack: exit code, text.
Function ${un}Tell
  Exch $R9
  Exch
  Exch $R8
  SetErrorLevel $R8
  ${If} ${Silent}
    Push $R9
    Call ${un}Print
  ${Else}
    MessageBox MB_OK|MB_ICONSTOP "$R9"
  ${EndIf}
  Pop $R8
  Pop $R9
FunctionEnd
!macroend

!insertmacro SAYING ""
!insertmacro SAYING "un."

; Before anything is changed: say why not, and end.
!macro Refuse un code name
  Push ${code}
  ${Say} ${name}
  Call ${un}Tell
  Quit
!macroend
!define Refuse `!insertmacro Refuse ""`
!define un.Refuse `!insertmacro Refuse "un."`

; While the section runs: .onInstFailed undoes and says why.
!macro Fail code text
  StrCpy $Code ${code}
  StrCpy $Sentence "${text}"
  Abort
!macroend
!define Fail `!insertmacro Fail`
